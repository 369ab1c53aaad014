"""Addresses of accounts. Everything an administrator does begins with ``administration/``, so that a proxy can keep
it to listed networks and hours."""

from django.urls import path

from giamsat.front.console import accounts, accounts_import, accounts_page, me, notices

LIST = "administration/accounts"
ONE = f"{LIST}/<int:number>"

urlpatterns = [
    path(f"{LIST}/", accounts.accounts, name="accounts"),
    path(f"{LIST}/accounts.csv", accounts.accounts_csv, name="accounts_csv"),
    path(f"{LIST}/new/", accounts.account_new, name="account_new"),
    path(f"{LIST}/units/", accounts.account_units, name="account_units"),
    path(f"{LIST}/import/", accounts_import.accounts_import, name="accounts_import"),
    path(f"{LIST}/import/model.xlsx", accounts_import.accounts_import_model, name="accounts_import_model"),
    path(f"{LIST}/import/open/", accounts_import.accounts_import_open, name="accounts_import_open"),
    path(f"{ONE}/", accounts_page.account, name="account"),
    path(f"{ONE}/reset/", accounts_page.account_reset, name="account_reset"),
    path(f"{ONE}/unlock/", accounts_page.account_unlock, name="account_unlock"),
    path(f"{ONE}/end-sessions/", accounts_page.account_end_sessions, name="account_end_sessions"),
    path(f"{ONE}/close/", accounts_page.account_close, name="account_close"),
    path(f"{ONE}/reopen/", accounts_page.account_reopen, name="account_reopen"),
    path(f"{ONE}/grants/", accounts_page.account_grant, name="account_grant"),
    path(f"{ONE}/grants/<int:grant>/withdraw/", accounts_page.account_withdraw, name="account_withdraw"),
    path(f"{ONE}/substitutes/", accounts_page.account_substitute, name="account_substitute"),
    path(f"{ONE}/substitutes/<int:substitute>/end/", accounts_page.account_recall, name="account_recall"),
    path(f"{ONE}/conflicts/", accounts_page.account_exclude, name="account_exclude"),
    path(f"{ONE}/conflicts/<int:conflict>/lift/", accounts_page.account_lift, name="account_lift"),
    path("me/", me.me, name="me"),
    path("me/notices/", notices.notices, name="notices"),
    path("me/notices/read/", notices.notices_read, name="notices_read"),
    path("me/notices/<int:number>/", notices.notice, name="notice"),
    path("me/mail/", me.me_mail, name="me_mail"),
    path("me/language/", me.me_language, name="me_language"),
    path("me/end-sessions/", me.me_end_sessions, name="me_end_sessions"),
    path("me/substitutes/", me.me_substitute, name="me_substitute"),
    path("me/substitutes/<int:substitute>/end/", me.me_recall, name="me_recall"),
]
