"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { shortestPassword } from "@/lib/shapes/team/team";
import { DoorFrame, Wrong } from "./door-frame";
import { callAccounts } from "./sign-in";

/** Taking an invitation: a name, an address and a password make the member, who is then signed in. */
export function Invitation() {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const { name, email, password } = Object.fromEntries(given);
    setBusy(true);
    setWrong(null);
    try {
      // Behind the hash, so that it stands in no log of a server or proxy.
      const invitation = window.location.hash.slice(1);
      await callAccounts("/accept-invitation", { invitation, name, email, password });
      await callAccounts("/sign-in/email", { email, password });
      window.location.assign("/");
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "That didn't work. Try again.");
      setBusy(false);
    }
  };
  return (
    <DoorFrame title="Join Portage">
      <form onSubmit={(event) => void submit(event)} className="grid gap-3">
        <Field label="Name">
          {(props) => <Input {...props} name="name" autoComplete="name" maxLength={100} required autoFocus />}
        </Field>
        <Field label="E-mail address" hint="You sign in with it, and plans and approvals carry it.">
          {(props) => <Input {...props} name="email" type="email" autoComplete="username" required />}
        </Field>
        <Field label="Password" hint={`At least ${shortestPassword} characters.`}>
          {(props) => (
            <Input
              {...props}
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={shortestPassword}
              required
            />
          )}
        </Field>
        <Wrong words={wrong} />
        <Button type="submit" look="primary" busy={busy}>
          Join
        </Button>
      </form>
    </DoorFrame>
  );
}
