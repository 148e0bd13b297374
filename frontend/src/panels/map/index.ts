export { MapPanel } from "./map";
