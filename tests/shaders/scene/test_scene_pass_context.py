"""The context without a screen and what it takes: capabilities, what to install, pictures that are too large."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from render.gl.context import capabilities, create_offscreen_context
from render.gl.textures import equirect_texture, picture_texture
from render.pictures.picture import Background, Picture
from stage.errors import GraphicsError


def test_capabilities_tell_what_the_machine_can_do() -> None:
    context = create_offscreen_context()
    able = capabilities(context)
    assert able.max_texture_px >= 4096
    assert min(able.max_viewport_px) >= 4096
    assert able.software == ("llvmpipe" in able.renderer)
    assert able.renderer in str(able)
    context.release()


def test_without_opengl_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**settings: object) -> moderngl.Context:
        raise OSError("libEGL.so: cannot open shared object file")

    monkeypatch.setattr(moderngl, "create_context", fails)
    with pytest.raises(GraphicsError, match=r"OpenGL 4\.3.*libEGL\.so.*apt install libegl1"):
        create_offscreen_context()


def test_pictures_larger_than_the_machine_takes_are_made_smaller() -> None:
    context = create_offscreen_context()
    limit = capabilities(context).max_texture_px
    wide = np.zeros((8, limit * 2, 4), dtype=np.uint8)
    wide[:, limit:] = 200
    texture = picture_texture(context, Picture(wide, repeat_x=False), anisotropy=16)
    assert texture.size == (limit, 4)
    pixels = np.frombuffer(texture.read(), dtype=np.uint8).reshape(4, limit, 4)
    assert (pixels[:, limit // 2 + 1 :] == 200).all()
    assert not pixels[:, : limit // 2 - 1].any()
    assert (texture.repeat_x, texture.repeat_y) == (False, True)
    sky = equirect_texture(context, Background(np.full((4, limit * 2, 3), 7.5, dtype=np.float16)))
    assert sky.size == (limit, 2)
    assert (np.frombuffer(sky.read(alignment=1), dtype=np.float16) == 7.5).all()
    context.release()
