export { OwnPanel } from "./own";
