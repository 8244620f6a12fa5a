// Reads the variable-length and encoded values of DWARF from trusted memory (our own .eh_frame).
#pragma once

#include <cstdint>
#include <cstring>

namespace lsw::unwind {

// Pointer encodings ("DW_EH_PE_*")
inline constexpr uint8_t kEncodingAbsolute = 0x00;
inline constexpr uint8_t kEncodingUleb = 0x01;
inline constexpr uint8_t kEncodingU2 = 0x02;
inline constexpr uint8_t kEncodingU4 = 0x03;
inline constexpr uint8_t kEncodingU8 = 0x04;
inline constexpr uint8_t kEncodingSleb = 0x09;
inline constexpr uint8_t kEncodingS2 = 0x0A;
inline constexpr uint8_t kEncodingS4 = 0x0B;
inline constexpr uint8_t kEncodingS8 = 0x0C;
inline constexpr uint8_t kEncodingPcRelative = 0x10;
inline constexpr uint8_t kEncodingDataRelative = 0x30;
inline constexpr uint8_t kEncodingIndirect = 0x80;
inline constexpr uint8_t kEncodingOmit = 0xFF;

struct DwarfReader {
    const uint8_t* at;

    template <class T>
    T fixed() {
        T value;
        memcpy(&value, at, sizeof(T));
        at += sizeof(T);
        return value;
    }
    uint64_t uleb() {
        uint64_t value = 0;
        unsigned shift = 0;
        uint8_t byte;
        do {
            byte = *at++;
            if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7F) << shift;
            shift += 7;
        } while (byte & 0x80);
        return value;
    }
    int64_t sleb() {
        uint64_t value = 0;
        unsigned shift = 0;
        uint8_t byte;
        do {
            byte = *at++;
            if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7F) << shift;
            shift += 7;
        } while (byte & 0x80);
        if ((byte & 0x40) && shift < 64) value |= ~uint64_t{0} << shift;
        return static_cast<int64_t>(value);
    }
    uint64_t encoded(uint8_t encoding, uint64_t data_base) {
        uint64_t origin = reinterpret_cast<uint64_t>(at);
        uint64_t value = unrelated(encoding & 0x0F);
        if (value == 0) return 0;
        if ((encoding & 0x70) == kEncodingPcRelative) value += origin;
        if ((encoding & 0x70) == kEncodingDataRelative) value += data_base;
        if (encoding & kEncodingIndirect) memcpy(&value, reinterpret_cast<void*>(value), 8);
        return value;
    }

private:
    uint64_t unrelated(uint8_t format) {
        switch (format) {
        case kEncodingUleb: return uleb();
        case kEncodingU2: return fixed<uint16_t>();
        case kEncodingU4: return fixed<uint32_t>();
        case kEncodingSleb: return static_cast<uint64_t>(sleb());
        case kEncodingS2: return static_cast<uint64_t>(fixed<int16_t>());
        case kEncodingS4: return static_cast<uint64_t>(fixed<int32_t>());
        default: return fixed<uint64_t>();
        }
    }
};

}  // namespace lsw::unwind
