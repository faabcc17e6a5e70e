import { spawn } from "node:child_process";
import type { SwitchFile } from "@/lib/shapes/cut-over/switch";
import type { switchPaths } from "./switch-file";

const hookSeconds = 60;
const shownOutput = 500;
const inherited = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
];

/** Runs the operator's command and says how it ended. It learns by variables what happened; what it prints is kept, cut to its end. */
export function runHook(
  command: string,
  paths: ReturnType<typeof switchPaths>,
  { route, active, generation }: SwitchFile,
  seconds = hookSeconds,
): Promise<{ ok: boolean; words: string }> {
  // What it prints is kept and shown: of this process's variables, which hold keys, it gets those alone that a command needs.
  const environment = {
    ...Object.fromEntries(
      inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    NODE_ENV: process.env.NODE_ENV,
    ...{ PORTAGE_SWITCH_FILE: paths.json, PORTAGE_SWITCH_ENV: paths.env, PORTAGE_SWITCH_ROUTE: route },
    ...{ PORTAGE_SWITCH_TO: active.side, PORTAGE_SWITCH_BACKEND: active.backend },
    PORTAGE_SWITCH_GENERATION: String(generation),
  };
  return new Promise((resolve) => {
    // A group of its own, so that what it started ends with it.
    const child = spawn("/bin/sh", ["-c", command], {
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = `${output}${chunk.toString("utf8")}`.slice(-shownOutput);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, seconds * 1000);
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ ok: false, words: `The hook couldn't be run: ${error.message}.` });
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      const said = output.trim() === "" ? "" : ` It said: ${output.trim()}`;
      if (code === 0) resolve({ ok: true, words: `The hook ended well.${said}` });
      else if (signal === "SIGKILL") resolve({ ok: false, words: `The hook was ended after ${seconds} s.${said}` });
      else resolve({ ok: false, words: `The hook ended with code ${code ?? signal}.${said}` });
    });
  });
}
