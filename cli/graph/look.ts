import type { Status } from "../attachment";

/** How an edge of a status looks: colour, line and arrow each tell it alone, so that black and white does, too. */
export interface Look {
  /** Of a palette that the colour-blind can tell apart (Okabe and Ito, 2008). */
  color: string;
  line: "solid" | "dashed" | "dotted";
  arrow: "normal" | "box" | "odot" | "diamond";
  width: number;
  meaning: string;
}

export const looks: Readonly<Record<Status, Look>> = {
  managed: { color: "#0072B2", line: "solid", arrow: "normal", width: 1.5, meaning: "declared and attached" },
  changed: {
    color: "#0072B2",
    line: "solid",
    arrow: "diamond",
    width: 3,
    meaning: "attached otherwise than declared",
  },
  gone: { color: "#D55E00", line: "dashed", arrow: "box", width: 2, meaning: "declared, but gone" },
  undeclared: {
    color: "#AA4499",
    line: "dotted",
    arrow: "odot",
    width: 2.5,
    meaning: "attached, but not declared",
  },
};

/** An edge of what is just there. */
export const plain: Look = {
  color: "#555555",
  line: "solid",
  arrow: "normal",
  width: 1.2,
  meaning: "attached",
};
