import { MembersPage } from "@/components/team/members-page";

export const metadata = { title: "Members" };

export default function Members() {
  return <MembersPage />;
}
