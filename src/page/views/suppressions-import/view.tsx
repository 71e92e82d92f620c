import { ImportView } from "../import/view.tsx";

export default function SuppressionsImportView() {
  return <ImportView kind="suppressions" />;
}
