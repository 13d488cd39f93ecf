import {
  Box3,
  Color,
  GridHelper,
  Group,
  type Material,
  Mesh,
  MeshBasicMaterial,
  OctahedronGeometry,
  Scene,
  Vector3,
} from "three";
import type { Frame, StageDescription } from "../generated/records";
import { label } from "./label";
import { TrackedCameraModel } from "./tracked_camera";
import { WallModel } from "./wall";

const BACKGROUND = "#0b0e12";
const GRID = "#2b3540";
const GRID_MAIN = "#46535f";
const ORIGIN: [number, number, number] = [0, 0, 0];
const EYE = "#ffd166";

/** The stage as three.js objects, in stage space (Z up, metres). */
export class StageScene {
  readonly scene = new Scene();
  /** What a view of the whole stage must show: the walls' corners, the stage eye, the middle of the floor. */
  readonly landmarks: readonly Vector3[];
  private readonly walls: WallModel[];
  /** What is not on a real stage: hidden in a camera's own view. */
  private readonly marks = new Group();
  private readonly cameras = new Map<string, TrackedCameraModel>();

  constructor(private readonly stage: StageDescription) {
    this.scene.background = new Color(BACKGROUND);
    this.walls = stage.walls.map((wall) => new WallModel(wall));
    for (const wall of this.walls) this.scene.add(wall.group);
    const corners = stage.walls.flatMap((wall) => wall.vertices_m);
    this.landmarks = [...corners, stage.stage_eye_m, ORIGIN].map((place) => new Vector3(...place));
    this.marks.add(stageEye(stage.stage_eye_m));
    this.scene.add(floor(new Box3().setFromPoints([...this.landmarks])), this.marks);
  }

  /** Move the cameras to where the newest frame has them. */
  follow(frame: Frame): void {
    for (const state of frame.cameras) {
      let camera = this.cameras.get(state.name);
      if (!camera) {
        camera = new TrackedCameraModel(state.name);
        this.cameras.set(state.name, camera);
        this.marks.add(camera.group);
      }
      camera.follow(state);
    }
  }

  /** Put an output's picture on the walls it feeds. Says whether anything changed. */
  show(picture: ImageBitmap, name: string): boolean {
    const output = this.stage.outputs.find((candidate) => candidate.name === name);
    if (!output) return false;
    return this.walls.map((wall) => wall.show(picture, output)).some(Boolean);
  }

  /** Show or hide the cameras, the stage eye and all names: in a camera's own view only the walls stand. */
  showMarks(shown: boolean): void {
    this.marks.visible = shown;
    for (const wall of this.walls) wall.sign.visible = shown;
  }

  dispose(): void {
    this.scene.traverse((object) => {
      const { geometry, material } = object as Mesh;
      geometry?.dispose();
      for (const each of [material].flat() as (Material | undefined)[]) {
        (each as MeshBasicMaterial | undefined)?.map?.dispose();
        each?.dispose();
      }
    });
  }
}

/** A grid of one metre squares under everything. */
function floor(bounds: Box3): Group {
  const size = bounds.getSize(new Vector3());
  const metres = 2 * Math.ceil(Math.max(size.x, size.y, 6) / 2 + 2);
  const grid = new GridHelper(metres, metres, GRID_MAIN, GRID);
  grid.rotation.x = Math.PI / 2;
  const group = new Group();
  group.add(grid);
  return group;
}

function stageEye(position: [number, number, number]): Group {
  const group = new Group();
  const sign = label("stage eye", EYE);
  sign.position.set(0, 0, 0.16);
  group.add(new Mesh(new OctahedronGeometry(0.1), new MeshBasicMaterial({ color: EYE })), sign);
  group.position.set(...position);
  return group;
}
