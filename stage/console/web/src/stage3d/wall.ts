import {
  BackSide,
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  EdgesGeometry,
  FrontSide,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  type Sprite,
  SRGBColorSpace,
  Vector3,
} from "three";
import type { OutputShape, WallShape } from "../generated/records";
import { label } from "./label";
import { WallPicture } from "./wall_picture";

const EDGE_DEG = 25;

/** A wall in the 3-D view: its surface with what its outputs show, put together from their previews. */
export class WallModel {
  readonly group = new Group();
  readonly sign: Sprite;
  private readonly picture: WallPicture;
  private readonly texture: CanvasTexture;

  constructor(private readonly shape: WallShape) {
    this.picture = new WallPicture(document.createElement("canvas"), shape.name, shape.size_px);
    this.texture = new CanvasTexture(this.picture.canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.generateMipmaps = false;
    this.sign = label(shape.name, "#c8d2dd");
    this.build();
  }

  /** Draw an output's picture where its tiles are on this wall. Says whether anything changed. */
  show(picture: ImageBitmap, output: OutputShape): boolean {
    const changed = this.picture.show(picture, output);
    if (changed) this.texture.needsUpdate = true;
    return changed;
  }

  private build(): void {
    const geometry = wallGeometry(this.shape);
    const front = new MeshBasicMaterial({ map: this.texture, side: FrontSide, toneMapped: false });
    const back = new MeshBasicMaterial({ color: "#2a323c", side: BackSide, transparent: true, opacity: 0.55 });
    const edges = new EdgesGeometry(geometry, EDGE_DEG);
    this.group.add(new Mesh(geometry, front), new Mesh(geometry, back));
    this.group.add(new LineSegments(edges, new LineBasicMaterial({ color: "#5b6876" })));
    geometry.computeBoundingBox();
    const top = geometry.boundingBox;
    if (top) this.sign.position.copy(top.getCenter(new Vector3()).setZ(top.max.z + 0.06));
    this.group.add(this.sign);
  }
}

function wallGeometry(shape: WallShape): BufferGeometry {
  const [width, height] = shape.size_px;
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(shape.vertices_m.flat()), 3));
  const uv = shape.canvas_px.flatMap(([x, y]) => [x / width, 1 - y / height]);
  geometry.setAttribute("uv", new BufferAttribute(new Float32Array(uv), 2));
  geometry.setIndex(shape.triangles.flat());
  return geometry;
}
