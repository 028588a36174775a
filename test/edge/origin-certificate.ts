/**
 * A self-signed certificate for an HTTPS origin in tests, for localhost and sni.example.com, and
 * its key, which protects nothing. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj "/CN=Footlight test origin" -addext "subjectAltName=DNS:localhost,DNS:sni.example.com"`.
 */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBvzCCAWSgAwIBAgIUZi+TM+cebJIi3xKlrmZyA5phLZowCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVRm9vdGxpZ2h0IHRlc3Qgb3JpZ2luMCAXDTI2MTEyMzE3MTI1
N1oYDzIxMjYxMDMwMTcxMjU3WjAgMR4wHAYDVQQDDBVGb290bGlnaHQgdGVzdCBv
cmlnaW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARor2jqh/w1xE1vOUr/fL5B
OpLX0P83cwf4kiF5EfUdEzPo584yo0W9FrtJyyFFNyJnej+JQF8Ng7N3kz9mBuvS
o3oweDAdBgNVHQ4EFgQU+a2rdEVnW+HlsH1ozrcvsBEHMCEwHwYDVR0jBBgwFoAU
+a2rdEVnW+HlsH1ozrcvsBEHMCEwDwYDVR0TAQH/BAUwAwEB/zAlBgNVHREEHjAc
gglsb2NhbGhvc3SCD3NuaS5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNJADBGAiEA
gj4oEMR0s/y6cGVdM4FJJgY5Esbtva4fMCve/vC5+BUCIQD/6krwVemjEfpukQsE
Wf+/oSQuPh783lxI+RghBjd7Jw==
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9lhPFOfEBdAdhP0K
IyFWDtSMM2RFQjR4SX4PmXzb8p2hRANCAARor2jqh/w1xE1vOUr/fL5BOpLX0P83
cwf4kiF5EfUdEzPo584yo0W9FrtJyyFFNyJnej+JQF8Ng7N3kz9mBuvS
-----END PRIVATE KEY-----
`;
