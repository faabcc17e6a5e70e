import { redirect } from "next/navigation";
import { Invitation } from "@/components/team/invitation";
import { isBeforeLogin } from "../who-asks";

export const metadata = { title: "Invitation" };

export default async function InvitationPage() {
  if (!(await isBeforeLogin())) redirect("/configuration/account");
  return <Invitation />;
}
