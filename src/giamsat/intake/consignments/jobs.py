"""What the worker runs for this room."""

from django.contrib.auth import get_user_model
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from giamsat.intake.consignments import services
from giamsat.intake.consignments.errors import RunsAlready
from giamsat.intake.consignments.models import Consignment
from giamsat.lib import clock


@app.task(name=services.TASK, queue=services.QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run(number: int) -> None:
    """In the language of the sender, who reads what became of each report."""
    sender = Consignment.objects.get(pk=number).by_id
    language = get_user_model().objects.values_list("language", flat=True).get(pk=sender)
    with override(language):
        try:
            services.run(number, now=clock.now)
        except RunsAlready:
            return  # whoever is at it takes it to its end
