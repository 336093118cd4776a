// The one map: the address is the state; what is asked of it is drawn, listed and measured.
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.scss";
import { mount, type Life } from "../lib/life.ts";
import { Desk } from "../map/desk.ts";
import { readTold } from "../map/told.ts";

mount("[data-map]", (root: HTMLElement, life: Life) => new Desk(root, life, readTold()).start());
