// A TLS client and a TLS server of schannel talk to each other in memory: handshake, data both ways, closing, the
// client's own check of the server. "Creating a Secure Connection Using Schannel", "InitializeSecurityContext (Schannel)".
// flags: -lsecur32 -lcrypt32
#define SECURITY_WIN32
#define SCHANNEL_USE_BLACKLISTS
#include "check.h"

#include <winternl.h>

#include <schannel.h>
#include <security.h>
#include <stdlib.h>
#include <wincrypt.h>

#include "../crypt32/test_certificates.h"

static HCERTSTORE server_store;
static PCCERT_CONTEXT server_certificate;

static void load_server(void) {
    BYTE bytes[4096];
    CRYPT_DATA_BLOB blob = {sizeof bytes, bytes};
    CHECK(CryptStringToBinaryA(kServerPfx, 0, CRYPT_STRING_BASE64, bytes, &blob.cbData, NULL, NULL));
    server_store = PFXImportCertStore(&blob, L"secret", 0);
    server_certificate = CertEnumCertificatesInStore(server_store, NULL);
    CHECK(server_certificate);
}

typedef struct Side {
    CredHandle credentials;
    CtxtHandle context;
    int started, done;
    BYTE in[65536];
    DWORD in_size;
    SECURITY_STATUS status;
} Side;

static Side client, server;
static const WCHAR* host;

static void deliver(Side* to, const void* bytes, DWORD size) {
    memcpy(to->in + to->in_size, bytes, size);
    to->in_size += size;
}

// One step of one side with what has come in; what it wants to send goes to the other.
static void step(Side* self, Side* other) {
    SecBuffer in[2] = {{self->in_size, SECBUFFER_TOKEN, self->in}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[1] = {{0, self->started ? SECBUFFER_TOKEN : SECBUFFER_EMPTY, NULL}};
    SecBufferDesc in_all = {SECBUFFER_VERSION, 2, in}, out_all = {SECBUFFER_VERSION, 1, out};
    struct {
        ULONG size;
        ULONG kind;
        USHORT list;
        BYTE names[3];
    } __attribute__((packed)) alpn = {4 + 2 + 3, SecApplicationProtocolNegotiationExt_ALPN, 3, {2, 'h', '2'}};
    SecBuffer first[1] = {{sizeof alpn, SECBUFFER_APPLICATION_PROTOCOLS, &alpn}};
    SecBufferDesc first_all = {SECBUFFER_VERSION, 1, first};
    ULONG attributes;
    if (self == &client) {
        // What was asked for comes back; libcurl compares the two.
        const ULONG wanted = ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_CONFIDENTIALITY | ISC_REQ_REPLAY_DETECT |
                             ISC_REQ_SEQUENCE_DETECT | ISC_REQ_USE_SUPPLIED_CREDS;
        self->status = InitializeSecurityContextW(&self->credentials, self->started ? &self->context : NULL, (LPWSTR)host,
                                                  wanted, 0, 0, self->started ? &in_all : &first_all, 0, &self->context,
                                                  &out_all, &attributes, NULL);
        CHECK_EQ(attributes, wanted);
    } else
        self->status = AcceptSecurityContext(&self->credentials, self->started ? &self->context : NULL, &in_all,
                                             ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM, 0, &self->context, &out_all,
                                             &attributes, NULL);
    DWORD extra = 0;
    if (self->started || self == &server) {
        if (in[1].BufferType == SECBUFFER_EXTRA) extra = in[1].cbBuffer;
        if (self->status == SEC_E_INCOMPLETE_MESSAGE) extra = self->in_size;
        memmove(self->in, self->in + self->in_size - extra, extra);
        self->in_size = extra;
    }
    if (self->status != SEC_E_INCOMPLETE_MESSAGE) self->started = 1;
    if (out[0].cbBuffer) {
        CHECK_EQ(out[0].BufferType, SECBUFFER_TOKEN);
        deliver(other, out[0].pvBuffer, out[0].cbBuffer);
        FreeContextBuffer(out[0].pvBuffer);
    }
    if (self->status == SEC_E_OK) self->done = 1;
}

static void open_sides(DWORD client_flags, DWORD protocol) {
    memset(&client, 0, sizeof client);
    memset(&server, 0, sizeof server);
    SCHANNEL_CRED cred = {SCHANNEL_CRED_VERSION};
    cred.dwFlags = client_flags;
    cred.grbitEnabledProtocols = protocol;
    CHECK_EQ(AcquireCredentialsHandleW(NULL, (LPWSTR)UNISP_NAME_W, SECPKG_CRED_OUTBOUND, NULL, &cred, NULL, NULL,
                                       &client.credentials, NULL), SEC_E_OK);
    SCH_CREDENTIALS own = {SCH_CREDENTIALS_VERSION};
    own.cCreds = 1;
    own.paCred = &server_certificate;
    CHECK_EQ(AcquireCredentialsHandleW(NULL, (LPWSTR)UNISP_NAME_W, SECPKG_CRED_INBOUND, NULL, &own, NULL, NULL,
                                       &server.credentials, NULL), SEC_E_OK);
}

static void shake_hands(void) {
    for (int i = 0; i < 20 && !(client.done && server.done); ++i) {
        if (!client.done) step(&client, &server);
        if (client.status < 0 && client.status != SEC_E_INCOMPLETE_MESSAGE) return;
        if (!server.done && server.in_size) step(&server, &client);
        if (server.status < 0 && server.status != SEC_E_INCOMPLETE_MESSAGE) return;
    }
}

static void close_sides(void) {
    DeleteSecurityContext(&client.context);
    DeleteSecurityContext(&server.context);
    CHECK_EQ(FreeCredentialsHandle(&client.credentials), SEC_E_OK);
    CHECK_EQ(FreeCredentialsHandle(&server.credentials), SEC_E_OK);
    CHECK_EQ(FreeCredentialsHandle(&server.credentials), SEC_E_INVALID_HANDLE);
}

static void send_data(Side* from, Side* to, const char* data, DWORD size) {
    SecPkgContext_StreamSizes sizes;
    CHECK_EQ(QueryContextAttributesW(&from->context, SECPKG_ATTR_STREAM_SIZES, &sizes), SEC_E_OK);
    CHECK_EQ(sizes.cbMaximumMessage, 16384);
    BYTE* block = malloc(sizes.cbHeader + size + sizes.cbTrailer);
    memcpy(block + sizes.cbHeader, data, size);
    SecBuffer parts[4] = {{sizes.cbHeader, SECBUFFER_STREAM_HEADER, block},
                          {size, SECBUFFER_DATA, block + sizes.cbHeader},
                          {sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, block + sizes.cbHeader + size},
                          {0, SECBUFFER_EMPTY, NULL}};
    SecBufferDesc all = {SECBUFFER_VERSION, 4, parts};
    CHECK_EQ(EncryptMessage(&from->context, 0, &all, 0), SEC_E_OK);
    CHECK_EQ(parts[1].cbBuffer, size);
    deliver(to, block, parts[0].cbBuffer + parts[1].cbBuffer + parts[2].cbBuffer);
    free(block);
}

// Takes records until one has data; what it got is in `out`.
static DWORD receive(Side* self, char* out) {
    for (;;) {
        SecBuffer parts[4] = {{self->in_size, SECBUFFER_DATA, self->in}, {0}, {0}, {0}};
        SecBufferDesc all = {SECBUFFER_VERSION, 4, parts};
        SECURITY_STATUS status = DecryptMessage(&self->context, &all, 0, NULL);
        self->status = status;
        if (status < 0) return 0;
        DWORD size = 0, extra = 0;
        for (int i = 0; i < 4; ++i) {
            if (parts[i].BufferType == SECBUFFER_DATA) size = parts[i].cbBuffer, memcpy(out, parts[i].pvBuffer, size);
            if (parts[i].BufferType == SECBUFFER_EXTRA) extra = parts[i].cbBuffer;
        }
        memmove(self->in, self->in + self->in_size - extra, extra);
        self->in_size = extra;
        if (size || status != SEC_E_OK) return size;
    }
}

static void talk(DWORD protocol, DWORD want) {
    static char big[16384], got[20000];
    open_sides(SCH_CRED_MANUAL_CRED_VALIDATION, protocol);
    host = L"server.test";
    shake_hands();
    CHECK(client.done && server.done);
    for (int i = 0; i < 16384; ++i) big[i] = (char)(i * 7);
    send_data(&client, &server, "ping", 4);
    CHECK_EQ(receive(&server, got), 4);
    CHECK(!memcmp(got, "ping", 4));
    send_data(&server, &client, big, sizeof big);
    send_data(&server, &client, "tail", 4);
    CHECK_EQ(receive(&client, got), sizeof big);
    CHECK(!memcmp(got, big, sizeof big));
    CHECK_EQ(receive(&client, got), 4);
    CHECK_EQ(receive(&client, got), 0);
    CHECK_EQ(client.status, SEC_E_INCOMPLETE_MESSAGE);

    SecPkgContext_ConnectionInfo info;
    CHECK_EQ(QueryContextAttributesW(&client.context, SECPKG_ATTR_CONNECTION_INFO, &info), SEC_E_OK);
    CHECK_EQ(info.dwProtocol, want);
    CHECK(info.dwCipherStrength >= 128);
    PCCERT_CONTEXT peer = NULL;
    CHECK_EQ(QueryContextAttributesW(&client.context, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &peer), SEC_E_OK);
    CHECK_EQ(peer->cbCertEncoded, server_certificate->cbCertEncoded);
    CHECK(!memcmp(peer->pbCertEncoded, server_certificate->pbCertEncoded, peer->cbCertEncoded));
    CertFreeCertificateContext(peer);

    // The client says goodbye.
    DWORD shutdown = SCHANNEL_SHUTDOWN;
    SecBuffer token = {sizeof shutdown, SECBUFFER_TOKEN, &shutdown};
    SecBufferDesc tokens = {SECBUFFER_VERSION, 1, &token};
    CHECK_EQ(ApplyControlToken(&client.context, &tokens), SEC_E_OK);
    step(&client, &server);
    CHECK_EQ(client.status, SEC_E_OK);
    CHECK_EQ(CompleteAuthToken(&client.context, &tokens), SEC_E_OK);
    CHECK_EQ(receive(&server, got), 0);
    CHECK_EQ(server.status, SEC_I_CONTEXT_EXPIRED);
    close_sides();
}

static void altered(void) {
    static char got[20000];
    open_sides(SCH_CRED_MANUAL_CRED_VALIDATION, SP_PROT_TLS1_2_CLIENT);
    shake_hands();
    send_data(&client, &server, "ping", 4);
    server.in[server.in_size - 1] ^= 1;
    CHECK_EQ(receive(&server, got), 0);
    CHECK(server.status == SEC_E_DECRYPT_FAILURE || server.status == SEC_E_MESSAGE_ALTERED);
    close_sides();
}

// Without SCH_CRED_MANUAL_CRED_VALIDATION the handshake ends with the verdict on the server.
static void validated(void) {
    host = L"server.test";
    open_sides(SCH_CRED_AUTO_CRED_VALIDATION, 0);
    shake_hands();
    CHECK_EQ(client.status, SEC_E_UNTRUSTED_ROOT);
    close_sides();

    BYTE bytes[2048];
    DWORD size = sizeof bytes;
    PCCERT_CONTEXT root;
    CHECK(CryptStringToBinaryA(kAuthority, 0, CRYPT_STRING_BASE64, bytes, &size, NULL, NULL));
    HCERTSTORE roots = CertOpenSystemStoreW(0, L"ROOT");
    CHECK(CertAddEncodedCertificateToStore(roots, X509_ASN_ENCODING, bytes, size, CERT_STORE_ADD_ALWAYS, &root));
    open_sides(SCH_CRED_AUTO_CRED_VALIDATION, 0);
    shake_hands();
    CHECK_EQ(client.status, SEC_E_OK);
    close_sides();
    host = L"other.test";
    open_sides(0, 0);
    shake_hands();
    CHECK_EQ(client.status, SEC_E_WRONG_PRINCIPAL);
    close_sides();
    CertDeleteCertificateFromStore(root);
    CertCloseStore(roots, 0);
}

static void packages(void) {
    PSecPkgInfoW info = NULL;
    ULONG count = 0;
    CredHandle credentials;
    CHECK_EQ(QuerySecurityPackageInfoW((LPWSTR)UNISP_NAME_W, &info), SEC_E_OK);
    CHECK(info->fCapabilities & SECPKG_FLAG_STREAM);
    FreeContextBuffer(info);
    CHECK_EQ(EnumerateSecurityPackagesW(&count, &info), SEC_E_OK);
    CHECK(count >= 1);
    FreeContextBuffer(info);
    CHECK_EQ(AcquireCredentialsHandleW(NULL, (LPWSTR)L"No such package", SECPKG_CRED_OUTBOUND, NULL, NULL, NULL, NULL,
                                       &credentials, NULL), SEC_E_SECPKG_NOT_FOUND);
    CHECK(InitSecurityInterfaceW()->InitializeSecurityContextW != NULL);
}

int main(void) {
    load_server();
    packages();
    talk(SP_PROT_TLS1_2_CLIENT, SP_PROT_TLS1_2_CLIENT);
    talk(SP_PROT_TLS1_3_CLIENT, SP_PROT_TLS1_3_CLIENT);
    altered();
    validated();
    CertFreeCertificateContext(server_certificate);
    CertCloseStore(server_store, 0);
    return check_result();
}
