import { redirect } from "next/navigation";
import { Login } from "@/components/team/login";
import { isBeforeLogin } from "../who-asks";

export const metadata = { title: "Sign in" };

export default async function LoginPage() {
  if (!(await isBeforeLogin())) redirect("/");
  return <Login />;
}
