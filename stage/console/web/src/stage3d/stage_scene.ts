import {
  Box3,
  BufferGeometry,
  Color,
  DoubleSide,
  GridHelper,
  Group,
  Line,
  LineBasicMaterial,
  type Material,
  Mesh,
  MeshBasicMaterial,
  OctahedronGeometry,
  RingGeometry,
  Scene,
  Vector3,
} from "three";
import type { FixtureState, Frame, StageDescription } from "../generated/records";
import { label } from "./label";
import { LampModel } from "./lamp";
import { TrackedCameraModel } from "./tracked_camera";
import { WallModel } from "./wall";

const BACKGROUND = "#0b0e12";
const GRID = "#2b3540";
const GRID_MAIN = "#46535f";
const ORIGIN: [number, number, number] = [0, 0, 0];
const EYE = "#ffd166";
const MARK = "#ff7ad9";

/** The stage as three.js objects, in stage space (Z up, metres). */
export class StageScene {
  readonly scene = new Scene();
  /** What a view of the whole stage must show: the walls' corners, the stage eye, the middle of the floor. */
  readonly landmarks: readonly Vector3[];
  private readonly walls: WallModel[];
  /** Objects not on the real stage: hidden in a camera's own view. */
  private readonly marks = new Group();
  private readonly lamps = new Map<string, LampModel>();
  private readonly cameras = new Map<string, TrackedCameraModel>();

  constructor(private readonly stage: StageDescription) {
    this.scene.background = new Color(BACKGROUND);
    this.walls = stage.walls.map((wall) => new WallModel(wall));
    for (const wall of this.walls) this.scene.add(wall.group);
    const corners = [
      ...stage.walls.flatMap((wall) => wall.vertices_m),
      ...stage.fixtures.map((lamp) => lamp.position_m),
    ];
    this.landmarks = [...corners, stage.stage_eye_m, ORIGIN].map((place) => new Vector3(...place));
    this.marks.add(stageEye(stage.stage_eye_m));
    if (stage.mark_m) this.marks.add(actorsMark(stage.mark_m));
    for (const fixture of stage.fixtures) {
      const lamp = new LampModel(fixture);
      this.lamps.set(fixture.name, lamp);
      this.marks.add(lamp.group);
    }
    this.scene.add(floor(new Box3().setFromPoints([...this.landmarks])), this.marks);
  }

  /** Move the cameras to their poses in the newest frame. */
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

  /** Show the lamps in their present light. */
  light(fixtures: readonly FixtureState[]): void {
    for (const fixture of fixtures) this.lamps.get(fixture.name)?.follow(fixture);
  }

  /** Put an output's picture on the walls it feeds. Returns whether anything changed. */
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

/** Where the actor stands: a ring on the floor below, and a line up to it. */
function actorsMark([x, y, z]: [number, number, number]): Group {
  const group = new Group();
  const ring = new Mesh(new RingGeometry(0.22, 0.28, 32), new MeshBasicMaterial({ color: MARK, side: DoubleSide }));
  const pole = new BufferGeometry().setFromPoints([new Vector3(), new Vector3(0, 0, z)]);
  const sign = label("mark", MARK);
  sign.position.set(0, 0, z);
  group.add(ring, new Line(pole, new LineBasicMaterial({ color: MARK })), sign);
  group.position.set(x, y, 0);
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
