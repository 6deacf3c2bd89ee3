// Who speaks: the facts every commercial message must give, and the guide of how the brand sounds.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Asked } from "~/kit";
import { Bar } from "../Bar";
import { companyQuery, versionsQuery } from "./api";
import { Company } from "./Company";
import { Guide } from "./Guide";

export default function Brand() {
  const { t } = useTranslation("settings");
  const company = useQuery(companyQuery);
  const [brand, choose] = useState("");
  const versions = useQuery(versionsQuery(brand));
  const brands = Object.keys(company.data ?? {}).filter(Boolean);
  return (
    <>
      <Bar about={t("about.brand")}>
        {brands.length ? (
          <NativeSelect
            aria-label={t("brand.which")}
            value={brand}
            onChange={(event) => choose(event.currentTarget.value)}
            data={[{ value: "", label: t("brand.whole") }, ...brands]}
          />
        ) : null}
      </Bar>
      <Asked of={company} isEmpty={() => false}>
        {(known) => <Company key={brand} brand={brand} facts={known[brand]} />}
      </Asked>
      <Asked of={versions} isEmpty={() => false}>
        {(known) => <Guide key={brand} brand={brand} versions={known} />}
      </Asked>
    </>
  );
}
