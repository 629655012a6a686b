export * as cvm from "./cvm";
