/**
 * After an install: puts `portage` among the commands that `npx` finds, as for an installed package, and builds what commands need, so that the first
 * one is as quick as any. Never fails the install.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const commands = path.join(root, "node_modules", ".bin");
const command = path.join(commands, "portage");

try {
  // Installed as a dependency, npm has done this already, elsewhere.
  if (existsSync(path.join(root, "node_modules"))) {
    mkdirSync(commands, { recursive: true });
    rmSync(command, { force: true });
    if (process.platform === "win32") {
      writeFileSync(`${command}.cmd`, '@node "%~dp0\\..\\..\\bin\\portage.mjs" %*\r\n');
    } else {
      chmodSync(path.join(root, "bin", "portage.mjs"), 0o755);
      symlinkSync(path.join("..", "..", "bin", "portage.mjs"), command);
    }
  }
} catch (error) {
  process.stderr.write(
    `Portage: \`npx portage\` isn't set up (${error.message}); \`npm run portage --\` does the same.\n`,
  );
}

try {
  const { prepareCommandLine } = await import("./build/prepare.mjs");
  await prepareCommandLine();
} catch {
  // The first command tries again, and says why it can't be done.
}
