// sspi.h: data of a finished context. Doc: "EncryptMessage (Schannel) function", "DecryptMessage (Schannel) function".
#include <algorithm>
#include <cstring>

#include "dll/secur32/schannel.h"

using namespace schannel;
using lsw::crypto::ByteVector;
using lsw::crypto::TlsSession;

namespace {

// Spreads `bytes` over header, data and trailer in this order; what follows the data is the trailer's.
SecStatus spread(const ByteVector& bytes, size_t header_bytes, SecBuffer& header, SecBuffer& data, SecBuffer& trailer) {
    size_t rest = bytes.size() - header_bytes - data.cbBuffer;
    if (header.cbBuffer < header_bytes || trailer.cbBuffer < rest) return kBufferTooSmall;
    const uint8_t* from = bytes.data();
    memcpy(header.pvBuffer, from, header_bytes);
    if (data.cbBuffer) memcpy(data.pvBuffer, from + header_bytes, data.cbBuffer);
    memcpy(trailer.pvBuffer, from + header_bytes + data.cbBuffer, rest);
    header.cbBuffer = static_cast<ULONG>(header_bytes);
    trailer.cbBuffer = static_cast<ULONG>(rest);
    return kOk;
}

// In the order of the buffers: header, data, trailer, what follows the record; others are left empty.
void show_decrypted(SecBufferDesc& all, BYTE* at, size_t record, size_t header, size_t plain, size_t extra) {
    SecBuffer parts[4] = {{static_cast<ULONG>(header), kStreamHeader, at},
                          {static_cast<ULONG>(plain), kData, at + header},
                          {static_cast<ULONG>(record - header - plain), kStreamTrailer, at + header + plain},
                          {static_cast<ULONG>(extra), kExtra, at + record}};
    for (ULONG i = 0; i < all.cBuffers && i < 4; ++i)
        all.pBuffers[i] = i == 3 && !extra ? SecBuffer{0, kEmpty, nullptr} : parts[i];
}

void tell_missing(SecBufferDesc& all, size_t missing) {
    for (ULONG i = 0; i < all.cBuffers; ++i)
        if (all.pBuffers[i].BufferType == kEmpty) {
            all.pBuffers[i] = {static_cast<ULONG>(missing), kMissing, nullptr};
            return;
        }
}

}  // namespace

LONG secur32::EncryptMessage(void* phContext, ULONG, void* pMessage, ULONG) {
    auto context = context_of(phContext);
    if (!context || !context->done) return kInvalidHandle;
    SecBuffer *header = find(pMessage, kStreamHeader), *data = find(pMessage, kData),
              *trailer = find(pMessage, kStreamTrailer);
    if (!header || !data || !trailer) return kInvalidToken;
    if (data->cbBuffer > TlsSession::kMostPlainText) return kEncryptFailure;
    if (!data->cbBuffer) return header->cbBuffer = trailer->cbBuffer = 0, kOk;
    auto* raw = static_cast<const uint8_t*>(data->pvBuffer);
    ByteVector plain(raw, raw + data->cbBuffer);
    ByteVector bytes = context->session->encrypt(plain);
    if (bytes.size() < context->header_bytes + plain.size()) return kEncryptFailure;
    return spread(bytes, context->header_bytes, *header, *data, *trailer);
}

LONG secur32::DecryptMessage(void* phContext, void* pMessage, ULONG, ULONG* pfQOP) {
    auto context = context_of(phContext);
    if (!context || !context->done) return kInvalidHandle;
    SecBuffer* data = find(pMessage, kData);
    if (!data) return kInvalidToken;
    auto& all = *static_cast<SecBufferDesc*>(pMessage);
    auto* at = static_cast<BYTE*>(data->pvBuffer);
    size_t size = data->cbBuffer, record = TlsSession::record_bytes({at, size});
    if (!record) {
        size_t header = TlsSession::kRecordHeader;
        size_t whole = size < header ? header : header + (size_t{at[3]} << 8 | at[4]);
        tell_missing(all, whole - size);
        return kIncomplete;
    }
    ByteVector cipher_text(at, at + record);
    TlsSession::Step step = context->session->decrypt(cipher_text);
    if (step.state == TlsSession::State::kFailed) return kDecryptFailure;
    if (pfQOP) *pfQOP = 0;
    // A record without data (a session ticket) is shown as one with no bytes.
    size_t header = std::min(context->header_bytes, record - step.bytes.size());
    if (!step.bytes.empty()) memcpy(at + header, step.bytes.data(), step.bytes.size());
    show_decrypted(all, at, record, header, step.bytes.size(), size - record);
    return step.state == TlsSession::State::kClosed ? kContextExpired : kOk;
}
