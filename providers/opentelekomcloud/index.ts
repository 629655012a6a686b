export * as compute from "./compute";
