"use client";

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { DoorFrame, Wrong } from "./door-frame";
import { callAccounts, pageAfter } from "./sign-in";

/** Signing in: by address and password, or by the provider that is configured. */
export function Login() {
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ways = useQuery({
    queryKey: ["ways"],
    queryFn: () => callAccounts("/ways"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    setWrong(null);
    try {
      window.location.assign(await work());
    } catch (error) {
      setWrong(error instanceof Error ? error.message : "That didn't work. Try again.");
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    void attempt(async () => {
      await callAccounts("/sign-in/email", { email: given.get("email"), password: given.get("password") });
      return pageAfter(window.location.search);
    });
  };
  const provider = ways.data?.oidc;
  const bySingleSignOn = () =>
    void attempt(async () => {
      const { url } = await callAccounts("/sign-in/social", {
        provider: "oidc",
        callbackURL: pageAfter(window.location.search),
        errorCallbackURL: "/login",
      });
      return String(url);
    });
  return (
    <DoorFrame title="Sign in">
      <form onSubmit={submit} className="grid gap-3">
        <Field label="E-mail address">
          {(props) => <Input {...props} name="email" type="email" autoComplete="username" required autoFocus />}
        </Field>
        <Field label="Password">
          {(props) => <Input {...props} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Wrong words={wrong} />
        <Button type="submit" look="primary" busy={busy}>
          Sign in
        </Button>
      </form>
      {typeof provider === "string" && (
        <Button onClick={bySingleSignOn} busy={busy}>
          Continue with {provider}
        </Button>
      )}
      <p className="text-sm text-quiet">No account yet? An admin of this Portage can invite you.</p>
    </DoorFrame>
  );
}
