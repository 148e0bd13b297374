export { JourneysPanel } from "./journeys";
