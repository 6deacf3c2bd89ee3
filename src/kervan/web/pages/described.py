"""The API on a page of its own: drawn here from its description, with nothing from elsewhere."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kervan.web import describe
from kervan.web.pages import render
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)


@router.get("/docs")
def described_page(request: Request) -> HTMLResponse:
    """Every operation with its right, what it takes and what it answers."""
    app = request.app
    return render.page(
        request,
        "described.html",
        groups=describe.groups(app),
        shapes=describe.shapes(app),
        address=house(request).config.address,
    )
