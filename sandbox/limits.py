"""x"""

from sandbox.wire import Json


def check_message(text: str, blocks: list[Json]) -> None: ...
def check_view(view: object, kind: str) -> Json:
    return view
