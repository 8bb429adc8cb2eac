/** Text as it is: Terraform would take `${` and `%{` in it for the beginning of a template. */
export function literal(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign)
}
