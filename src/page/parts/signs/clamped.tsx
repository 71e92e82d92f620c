/** A text of any length on two lines; the whole of it on hover. */
export function Clamped({ children: text }: { readonly children: string }) {
  return (
    <span class="clamped" title={text}>
      {text}
    </span>
  );
}
