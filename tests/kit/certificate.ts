import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Files of a self-signed certificate for `names` (`DNS:a.test,IP:127.0.0.1`) and its key, made in `folder`; undefined where there is no openssl. */
export function makeCertificate(folder: string, names: string): { cert: string; key: string } | undefined {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const what = ["-subj", "/CN=test", "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", cert];
  try {
    execFileSync("openssl", ["req", ...kind, ...what], { stdio: "ignore" });
    return { cert, key };
  } catch {
    return undefined;
  }
}
