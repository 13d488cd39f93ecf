"""The part that shows the outputs' newest pictures, as files and over a WebSocket of their own."""

from __future__ import annotations

from functools import partial

import msgpack
from fastapi import FastAPI, HTTPException, Response, WebSocket

from stage.console.link.answers import MISSING
from stage.console.link.ground import Ground
from stage.console.link.mailbox import Batch
from stage.console.link.part import NOTHING, Changes, Part
from stage.console.link.pictures import Gallery, OutputPicture
from stage.console.link.sockets import Stream
from stage.console.link.viewing import viewings
from stage.messages.topics import Record


class PicturePart(Part):
    """Pictures bypass the state's board: they are large, and a browser may take as few of them as it likes."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.gallery = Gallery(viewings(ground.stage.walls, ground.description.outputs))
        self._seen: list[Record] = []

    def add_routes(self, app: FastAPI) -> None:
        door, gallery = self._ground.door, self.gallery
        stream = Stream(gallery, _packed, at_most=1)

        @app.get("/preview/{output}.jpg", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
        async def preview(output: str) -> Response:
            """The newest picture of an output, with its frame number in the header `X-Frame-Number`."""
            picture = gallery.values.get(output)
            if picture is None:
                raise HTTPException(MISSING, f"there is no picture of an output {output!r} yet")
            headers = {"Cache-Control": "no-store", "X-Frame-Number": str(picture.frame_number)}
            return Response(picture.jpeg, media_type="image/jpeg", headers=headers)

        @app.websocket("/ws/pictures")
        async def picture_socket(socket: WebSocket) -> None:
            await stream.serve(socket, partial(door.admits, socket.state.visitor))

    def hear(self, record: Record, now_ns: int) -> None:
        self._seen.append(record)

    def turn(self, now_ns: int) -> Changes:
        if self._seen and (new := self.gallery.hung(self._seen)):
            self._ground.call(self.gallery.put, new)
        self._seen.clear()
        return NOTHING


def _packed(batch: Batch[OutputPicture]) -> bytes:
    """[number, first, [output, node, frame number, width, height, JPEG] or None]."""
    shown = [[p.output, p.node, p.frame_number, *p.size_px, p.jpeg] for p in batch.changed.values()]
    return msgpack.packb([batch.number, batch.first, shown[0] if shown else None], use_bin_type=True)
