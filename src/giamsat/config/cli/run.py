"""Commands that stay: the server and the worker."""

import asyncio
import threading
import warnings
from typing import Annotated

import typer

from giamsat.config.cli import app
from giamsat.config.cli.surroundings import console, house
from giamsat.config.processes import port_is_taken
from giamsat.config.spoken import gettext_noop, said

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
Many = Annotated[int, typer.Option(min=1)]
# The queue forgets a call that comes while it looks, and calls nobody when a job ends that another waited for.
LOOK_SECONDS = 0.25


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Many = 1) -> None:
    """Serve the pages. Run `giamsat worker` beside it: it publishes, scans and seals."""
    if port_is_taken(host, port):
        told = said(
            gettext_noop("Something already answers on %(address)s. Stop it, or choose another --port.")
        )
        console.print(told % {"address": f"http://{host}:{port}"})
        raise typer.Exit(2)
    with house(serving=True):
        import uvicorn
        from django.conf import settings

        # whitenoise hands small files over in one piece, which Django would rather have in many
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
        uvicorn.run(
            "giamsat.config.asgi:application",
            host=host,
            port=port,
            workers=workers if workers > 1 else None,
            lifespan="off",
            log_level="warning",
            timeout_graceful_shutdown=3,
            proxy_headers=settings.BEHIND_TLS,  # then the trail names the person's address, not the proxy's
        )


@app.command()
def worker(concurrency: Many = 4) -> None:
    """Number and deliver events, run jobs, keep the clockwork of the house."""
    with house(serving=True):
        asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    from procrastinate.contrib.django import app as queue
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from giamsat.foundation.outbox.services import HEARTBEAT_SECONDS, SILENT_SECONDS, run_dispatcher
    from giamsat.foundation.queue.services import note_failures
    from giamsat.lib.memory import spare_what_is_there

    stop = threading.Event()
    dispatcher = threading.Thread(target=run_dispatcher, args=(stop,), name="dispatcher", daemon=True)
    dispatcher.start()
    connector = queue.connector
    assert isinstance(connector, DjangoConnector)
    worker_queue = queue.with_connector(connector.get_worker_connector())
    try:
        async with worker_queue.open_async():
            spare_what_is_there()
            await worker_queue.run_worker_async(
                concurrency=concurrency,
                listen_notify=True,
                fetch_job_polling_interval=LOOK_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                delete_jobs="successful",
                worker_middleware=[note_failures],
            )
    finally:
        stop.set()
        dispatcher.join(timeout=5)
