export * as ecs from "./ecs";
