"""Ways on which a notice reaches a person beside the app."""

from collections.abc import Collection
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from giamsat.foundation.notices.models import Mailbox, Notice

WHY_MAIL = gettext_noop("You get this mail because you asked for it on your page; there you also end it.")


class Channel(Protocol):
    """What a way of telling must answer."""

    name: str

    def wanted_by(self, account_ids: Collection[int]) -> set[int]:
        """Those of these persons who want to be told on this way; nobody where it is not set up."""

    def carry(self, notice: Notice) -> None:
        """Take it to the person, or raise; tried again later."""


class Mail:
    """SMTP. Says that something waits and where, nothing else: mail is read on other people's machines."""

    name = "mail"

    def wanted_by(self, account_ids: Collection[int]) -> set[int]:
        if not settings.EMAIL_ON:
            return set()
        asked = Mailbox.objects.filter(account__in=account_ids, account__is_active=True)
        return set(asked.values_list("account_id", flat=True))

    def carry(self, notice: Notice) -> None:
        mailbox = Mailbox.objects.select_related("account").filter(account=notice.account_id).first()
        if mailbox is None or not mailbox.account.is_active:
            return  # changed their mind, or left, since it was told
        link = f"{settings.PUBLIC_ADDRESS}/me/notices/{notice.pk}/"
        with override(mailbox.account.language):
            text = "\n\n".join([_("Something waits for you. Sign in to read it:"), link, _(WHY_MAIL)])
            message = EmailMessage(_("Giamsat: something waits for you"), text, to=[mailbox.address])
        host = settings.PUBLIC_ADDRESS.rpartition("/")[2].partition(":")[0]
        message.extra_headers["Message-ID"] = f"<notice-{notice.pk}@{host}>"
        message.send()


CHANNELS: dict[str, Channel] = {Mail.name: Mail()}
