// Copied steps, as YAML.
import { clipOf } from "~/kit";

export const { hold, held, give } = clipOf("journeys");
