"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Section } from "@/components/ui/page-head";
import { toast } from "@/components/ui/toast";
import { shortestPassword } from "@/lib/shapes/team/team";
import { Wrong } from "./door-frame";
import { callAccounts } from "./sign-in";

/** Changing one's password; other sessions end with it. */
export function ChangePassword() {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setBusy(true);
    setWrong(null);
    try {
      await callAccounts("/change-password", {
        currentPassword: given.get("current"),
        newPassword: given.get("new"),
        revokeOtherSessions: true,
      });
      form.reset();
      toast("The password is changed; other sessions were ended.");
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "That didn't work. Try again.");
    }
    setBusy(false);
  };
  return (
    <Section title="Password">
      <form onSubmit={(event) => void submit(event)} className="grid max-w-140 items-start gap-3 sm:grid-cols-2">
        <Field label="Current password">
          {(props) => <Input {...props} name="current" type="password" autoComplete="current-password" required />}
        </Field>
        <Field label="New password" hint={`At least ${shortestPassword} characters.`}>
          {(props) => (
            <Input
              {...props}
              name="new"
              type="password"
              autoComplete="new-password"
              minLength={shortestPassword}
              required
            />
          )}
        </Field>
        <div className="sm:col-span-2">
          <Wrong words={wrong} />
          <Button type="submit" busy={busy}>
            Change password
          </Button>
        </div>
      </form>
    </Section>
  );
}
