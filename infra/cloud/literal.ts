/** Text that Terraform takes literally: it would read `${` and `%{` as the start of a template. */
export function literal(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign)
}
