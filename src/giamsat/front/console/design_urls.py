"""Addresses of definitions and their drafts."""

from django.urls import path

from giamsat.front.console import design, design_draft, design_preview

ONE = "design/<int:number>"
PUBLISHED = "design/<str:kind>/<str:code>/v<int:version>"

urlpatterns = [
    path("design/", design.design, name="design"),
    path("design/begin/", design.design_begin, name="design_begin"),
    path(f"{ONE}/", design_draft.design_draft, name="design_draft"),
    path(f"{ONE}/draft.yaml", design_draft.design_yaml, name="design_yaml"),
    path(f"{ONE}/template.xlsx", design_preview.design_template, name="design_template"),
    path(f"{ONE}/try/", design_draft.design_try, name="design_try"),
    path(f"{ONE}/withdraw/", design_draft.design_withdraw, name="design_withdraw"),
    path(f"{ONE}/publish/", design_draft.design_publish, name="design_publish"),
    path(f"{PUBLISHED}/", design.design_published, name="design_published"),
    path(f"{PUBLISHED}.yaml", design.design_published_yaml, name="design_published_yaml"),
]
