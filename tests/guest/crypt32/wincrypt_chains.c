// Chains up to a trusted authority, what is wrong with others, and the policy for servers. "CertGetCertificateChain
// function (wincrypt.h)", "CertVerifyCertificateChainPolicy function (wincrypt.h)".
// flags: -lcrypt32
#include "check.h"

#include <wincrypt.h>

#include "test_certificates.h"

static PCCERT_CONTEXT load(const char* text) {
    BYTE bytes[2048];
    DWORD size = sizeof bytes;
    CHECK(CryptStringToBinaryA(text, 0, CRYPT_STRING_BASE64, bytes, &size, NULL, NULL));
    PCCERT_CONTEXT context = CertCreateCertificateContext(X509_ASN_ENCODING, bytes, size);
    CHECK(context);
    return context;
}

static PCCERT_CHAIN_CONTEXT chain_of(HCERTCHAINENGINE engine, PCCERT_CONTEXT end, HCERTSTORE more, const char* usage,
                                     FILETIME* when) {
    LPSTR usages[] = {(LPSTR)usage};
    CERT_CHAIN_PARA para = {sizeof para};
    para.RequestedUsage.Usage.cUsageIdentifier = usage != NULL;
    para.RequestedUsage.Usage.rgpszUsageIdentifier = usages;
    PCCERT_CHAIN_CONTEXT chain = NULL;
    CHECK(CertGetCertificateChain(engine, end, when, more, &para, 0, NULL, &chain));
    return chain;
}

static DWORD policy(PCCERT_CHAIN_CONTEXT chain, const WCHAR* host, DWORD flags) {
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl = {{sizeof ssl}, AUTHTYPE_SERVER, 0, (LPWSTR)host};
    CERT_CHAIN_POLICY_PARA para = {sizeof para, flags, &ssl};
    CERT_CHAIN_POLICY_STATUS status = {sizeof status};
    CHECK(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain, &para, &status));
    return status.dwError;
}

static HCERTCHAINENGINE engine_trusting(PCCERT_CONTEXT authority) {
    HCERTSTORE roots = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CHECK(CertAddCertificateContextToStore(roots, authority, CERT_STORE_ADD_ALWAYS, NULL));
    CERT_CHAIN_ENGINE_CONFIG config = {sizeof config};
    config.hExclusiveRoot = roots;
    HCERTCHAINENGINE engine = NULL;
    CHECK(CertCreateCertificateChainEngine(&config, &engine));
    CertCloseStore(roots, 0);
    return engine;
}

static void trusted(HCERTCHAINENGINE engine, PCCERT_CONTEXT server, PCCERT_CONTEXT authority) {
    PCCERT_CHAIN_CONTEXT chain = chain_of(engine, server, NULL, szOID_PKIX_KP_SERVER_AUTH, NULL);
    CHECK_EQ(chain->TrustStatus.dwErrorStatus, CERT_TRUST_NO_ERROR);
    CHECK_EQ(chain->cChain, 1);
    CHECK_EQ(chain->rgpChain[0]->cElement, 2);
    PCCERT_CONTEXT root = chain->rgpChain[0]->rgpElement[1]->pCertContext;
    CHECK_EQ(root->cbCertEncoded, authority->cbCertEncoded);
    CHECK(chain->rgpChain[0]->rgpElement[1]->TrustStatus.dwInfoStatus & CERT_TRUST_IS_SELF_SIGNED);
    CHECK_EQ(policy(chain, L"server.test", 0), 0);
    CHECK_EQ(policy(chain, L"SERVER.test", 0), 0);
    CHECK_EQ(policy(chain, L"one.wild.test", 0), 0);
    CHECK_EQ(policy(chain, L"127.0.0.1", 0), 0);
    CHECK_EQ(policy(chain, L"two.one.wild.test", 0), (DWORD)CERT_E_CN_NO_MATCH);
    CHECK_EQ(policy(chain, L"wild.test", 0), (DWORD)CERT_E_CN_NO_MATCH);
    CHECK_EQ(policy(chain, L"127.0.0.2", 0), (DWORD)CERT_E_CN_NO_MATCH);
    PCCERT_CHAIN_CONTEXT again = CertDuplicateCertificateChain(chain);
    CertFreeCertificateChain(chain);
    CHECK_EQ(again->cChain, 1);
    CertFreeCertificateChain(again);
}

static void not_trusted(HCERTCHAINENGINE engine, PCCERT_CONTEXT server, PCCERT_CONTEXT authority) {
    // Without the authority anywhere the chain is partial; with it beside, its root is not trusted.
    PCCERT_CHAIN_CONTEXT chain = chain_of(NULL, server, NULL, NULL, NULL);
    CHECK(chain->TrustStatus.dwErrorStatus & CERT_TRUST_IS_PARTIAL_CHAIN);
    CHECK_EQ(policy(chain, L"server.test", 0), (DWORD)CERT_E_CHAINING);
    CertFreeCertificateChain(chain);
    HCERTSTORE beside = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CHECK(CertAddCertificateContextToStore(beside, authority, CERT_STORE_ADD_ALWAYS, NULL));
    chain = chain_of(NULL, server, beside, NULL, NULL);
    CHECK_EQ(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_UNTRUSTED_ROOT);
    CHECK_EQ(policy(chain, L"server.test", 0), (DWORD)CERT_E_UNTRUSTEDROOT);
    CHECK_EQ(policy(chain, L"server.test", CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG), 0);
    CertFreeCertificateChain(chain);
    CertCloseStore(beside, 0);

    SYSTEMTIME early = {2010, 1, 5, 1};
    FILETIME when;
    SystemTimeToFileTime(&early, &when);
    chain = chain_of(engine, server, NULL, NULL, &when);
    CHECK_EQ(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_NOT_TIME_VALID);
    CHECK_EQ(policy(chain, L"server.test", 0), (DWORD)CERT_E_EXPIRED);
    CertFreeCertificateChain(chain);

    chain = chain_of(engine, server, NULL, szOID_PKIX_KP_CODE_SIGNING, NULL);
    CHECK_EQ(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_NOT_VALID_FOR_USAGE);
    CHECK_EQ(policy(chain, L"server.test", 0), (DWORD)CERT_E_WRONG_USAGE);
    CertFreeCertificateChain(chain);

    // One changed bit in the signature.
    BYTE bytes[2048];
    memcpy(bytes, server->pbCertEncoded, server->cbCertEncoded);
    bytes[server->cbCertEncoded - 1] ^= 1;
    PCCERT_CONTEXT forged = CertCreateCertificateContext(X509_ASN_ENCODING, bytes, server->cbCertEncoded);
    chain = chain_of(engine, forged, NULL, NULL, NULL);
    CHECK(chain->TrustStatus.dwErrorStatus & CERT_TRUST_IS_NOT_SIGNATURE_VALID);
    CHECK_EQ(policy(chain, L"server.test", 0), (DWORD)TRUST_E_CERT_SIGNATURE);
    CertFreeCertificateChain(chain);
    CertFreeCertificateContext(forged);
}

static void pkcs12(PCCERT_CONTEXT server) {
    BYTE bytes[4096];
    CRYPT_DATA_BLOB blob = {sizeof bytes, bytes};
    CHECK(CryptStringToBinaryA(kServerPfx, 0, CRYPT_STRING_BASE64, bytes, &blob.cbData, NULL, NULL));
    HCERTSTORE store = PFXImportCertStore(&blob, L"secret", 0);
    CHECK(store);
    PCCERT_CONTEXT found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, server, NULL);
    CHECK(found);
    CertFreeCertificateContext(found);
    CertCloseStore(store, 0);
    CHECK(!PFXImportCertStore(&blob, L"wrong", 0));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PASSWORD);
}

// A certificate in memory, as text and as bytes. "CryptQueryObject function (wincrypt.h)".
static void objects(PCCERT_CONTEXT server) {
    char text[4096];
    sprintf(text, "# a comment\n-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", kServer);
    CRYPT_DATA_BLOB blob = {(DWORD)strlen(text), (BYTE*)text};
    PCCERT_CONTEXT found = NULL;
    HCERTSTORE store = NULL;
    DWORD content = 0, format = 0;
    CHECK(CryptQueryObject(CERT_QUERY_OBJECT_BLOB, &blob, CERT_QUERY_CONTENT_FLAG_CERT, CERT_QUERY_FORMAT_FLAG_ALL, 0, NULL,
                           &content, &format, &store, NULL, (const void**)&found));
    CHECK_EQ(content, CERT_QUERY_CONTENT_CERT);
    CHECK_EQ(format, CERT_QUERY_FORMAT_BASE64_ENCODED);
    CHECK(found && found->cbCertEncoded == server->cbCertEncoded);
    CertFreeCertificateContext(found);
    found = CertEnumCertificatesInStore(store, NULL);
    CHECK(found);
    CertFreeCertificateContext(found);
    CertCloseStore(store, 0);
    blob.pbData = server->pbCertEncoded, blob.cbData = server->cbCertEncoded;
    CHECK(CryptQueryObject(CERT_QUERY_OBJECT_BLOB, &blob, CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_ALL, 0, NULL,
                           NULL, &format, NULL, NULL, NULL));
    CHECK_EQ(format, CERT_QUERY_FORMAT_BINARY);
    blob.cbData = 10;
    CHECK(!CryptQueryObject(CERT_QUERY_OBJECT_BLOB, &blob, CERT_QUERY_CONTENT_FLAG_ALL, CERT_QUERY_FORMAT_FLAG_ALL, 0, NULL,
                            NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(GetLastError(), (DWORD)CRYPT_E_NO_MATCH);
    CHECK(!CryptQueryObject(CERT_QUERY_OBJECT_FILE, L"not there.cer", CERT_QUERY_CONTENT_FLAG_ALL,
                            CERT_QUERY_FORMAT_FLAG_ALL, 0, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
}

// A store that was closed stays for the contexts that came from it, as Go's x509 expects.
static void closed_store(HCERTCHAINENGINE engine, PCCERT_CONTEXT server, PCCERT_CONTEXT authority) {
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_DEFER_CLOSE_UNTIL_LAST_FREE_FLAG, NULL);
    PCCERT_CONTEXT inside = NULL;
    CHECK(CertAddCertificateContextToStore(store, server, CERT_STORE_ADD_ALWAYS, &inside));
    CHECK(CertAddCertificateContextToStore(store, authority, CERT_STORE_ADD_ALWAYS, NULL));
    CHECK(CertCloseStore(store, 0));
    PCCERT_CHAIN_CONTEXT chain = chain_of(NULL, inside, inside->hCertStore, NULL, NULL);
    CHECK_EQ(chain->TrustStatus.dwErrorStatus, CERT_TRUST_IS_UNTRUSTED_ROOT);
    CHECK_EQ(chain->rgpChain[0]->cElement, 2);
    CertFreeCertificateChain(chain);
    CertFreeCertificateContext(inside);
    (void)engine;
}

int main(void) {
    PCCERT_CONTEXT authority = load(kAuthority), server = load(kServer);
    HCERTCHAINENGINE engine = engine_trusting(authority);
    trusted(engine, server, authority);
    not_trusted(engine, server, authority);
    closed_store(engine, server, authority);
    pkcs12(server);
    objects(server);
    CertFreeCertificateChainEngine(engine);
    CertFreeCertificateContext(server);
    CertFreeCertificateContext(authority);
    return check_result();
}
