export { ComparePanel } from "./compare";
