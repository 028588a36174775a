/** Of the account that is shown: distributions for tenants, one with two of them and one with none. */
import type { JsonFace } from "./json-face.ts";

/** @param origin a host and port that answers anything */
export async function makeShownTenants(
  call: JsonFace["call"],
  origin: string,
): Promise<{ readonly tenants: string; readonly noTenants: string }> {
  const [host = "", port = "80"] = origin.split(":");
  const distribution = async (comment: string): Promise<string> => {
    const { id } = await call<{ id: string }>("POST", "/2020-05-31/distribution", {
      ...{ CallerReference: comment, Comment: comment, Enabled: true },
      ConnectionMode: "tenant-only",
      TenantConfig: {
        ParameterDefinitions: [
          {
            Name: "brand",
            Definition: { StringSchema: { Required: true, Comment: "As customers read it" } },
          },
          {
            Name: "folder",
            Definition: { StringSchema: { Required: false, DefaultValue: "standard" } },
          },
        ],
      },
      Origins: {
        Quantity: 1,
        Items: [
          {
            ...{ Id: "site", DomainName: host, OriginPath: "/{{folder}}" },
            CustomOriginConfig: {
              ...{ HTTPPort: Number(port), HTTPSPort: 443, OriginProtocolPolicy: "http-only" },
            },
          },
        ],
      },
      DefaultCacheBehavior: {
        ...{ TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
        CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      },
    });
    return id;
  };
  const tenants = await distribution("Shops of our customers");
  const { id: group } = await call<{ id: string }>("POST", "/2020-05-31/connection-group", {
    ...{ Name: "europe", Enabled: true, Ipv6Enabled: true },
  });
  await call("POST", "/2020-05-31/distribution-tenant", {
    ...{ DistributionId: tenants, Name: "bakery", ConnectionGroupId: group },
    Domains: [{ Domain: "bakery.example.com" }, { Domain: "www.bakery.example.com" }],
    Parameters: [{ Name: "brand", Value: "Bäckerei Zeit für Brot" }],
    Customizations: {
      GeoRestrictions: { RestrictionType: "whitelist", Locations: ["DE", "AT", "CH"] },
    },
  });
  await call("POST", "/2020-05-31/distribution-tenant", {
    ...{ DistributionId: tenants, Name: "books-and-everything-else-that-is-printed" },
    Domains: [{ Domain: "a-shop-with-a-name-that-does-not-end-soon.books.example.com" }],
    Parameters: [{ Name: "brand", Value: "Books" }],
    Enabled: false,
  });
  return { tenants, noTenants: await distribution("Shops that are to come") };
}
