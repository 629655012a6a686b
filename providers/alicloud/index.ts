export * as ess from "./ess";
