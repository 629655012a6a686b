export * as ecs from "./ecs";
export * as ens from "./ens";
export * as ess from "./ess";
