"""Runs inside Blender (3.6 to 5.x): opens one file and writes it as GLB. Nothing of OpenStage is there to import.

`blender --background --factory-startup --disable-autoexec --python blender_script.py -- FILE OUT.glb`
"""

import sys

import bpy  # type: ignore[import-not-found]

given, out = sys.argv[sys.argv.index("--") + 1 :][:2]
kind = given.rpartition(".")[2].lower()

if kind == "blend":
    bpy.ops.wm.open_mainfile(filepath=given, use_scripts=False)
else:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if kind == "fbx":
        try:
            bpy.ops.wm.fbx_import(filepath=given)
        except AttributeError:  # before 4.5 there is the importer in Python alone
            bpy.ops.import_scene.fbx(filepath=given)
    elif kind == "obj":
        bpy.ops.wm.obj_import(filepath=given)
    elif kind == "abc":
        bpy.ops.wm.alembic_import(filepath=given, as_background_job=False)
    else:
        sys.exit(f"no importer for .{kind}")

for one in bpy.data.objects:
    print(f"OPENSTAGE {one.type}", flush=True)
bpy.ops.export_scene.gltf(
    filepath=out, export_format="GLB", export_lights=True, export_cameras=False, export_apply=True, export_yup=True
)
