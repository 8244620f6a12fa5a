// WELL_KNOWN_SID_TYPE to SIDs. Doc: "WELL_KNOWN_SID_TYPE enumeration (winnt.h)".
#include <cstring>

#include "core/security/accounts.h"
#include "core/security/token.h"

namespace lsw {
namespace {

struct Kind {
    BYTE authority, count;
    DWORD first, second;
};
constexpr BYTE kOfDomain = 0xFF;

constexpr Kind kKinds[] = {
    {0, 1, 0, 0},      {1, 1, 0, 0},      {2, 1, 0, 0},      {3, 1, 0, 0},      {3, 1, 1, 0},
    {3, 1, 2, 0},      {3, 1, 3, 0},      {5, 0, 0, 0},      {5, 1, 1, 0},      {5, 1, 2, 0},
    {5, 1, 3, 0},      {5, 1, 4, 0},      {5, 1, 6, 0},      {5, 1, 7, 0},      {5, 1, 8, 0},
    {5, 1, 9, 0},      {5, 1, 10, 0},     {5, 1, 11, 0},     {5, 1, 12, 0},     {5, 1, 13, 0},
    {5, 1, 14, 0},     {0, 0, 0, 0},      {5, 1, 18, 0},     {5, 1, 19, 0},     {5, 1, 20, 0},
    {5, 1, 32, 0},     {5, 2, 32, 544},   {5, 2, 32, 545},   {5, 2, 32, 546},   {5, 2, 32, 547},
    {5, 2, 32, 548},   {5, 2, 32, 549},   {5, 2, 32, 550},   {5, 2, 32, 551},   {5, 2, 32, 552},
    {5, 2, 32, 554},   {5, 2, 32, 555},   {5, 2, 32, 556},   {kOfDomain, 1, 500, 0}, {kOfDomain, 1, 501, 0},
    {kOfDomain, 1, 502, 0}, {kOfDomain, 1, 512, 0}, {kOfDomain, 1, 513, 0}, {kOfDomain, 1, 514, 0},
    {kOfDomain, 1, 515, 0}, {kOfDomain, 1, 516, 0}, {kOfDomain, 1, 517, 0}, {kOfDomain, 1, 518, 0},
    {kOfDomain, 1, 519, 0}, {kOfDomain, 1, 520, 0}, {kOfDomain, 1, 553, 0}, {5, 2, 64, 10},
    {5, 2, 64, 21},    {5, 2, 64, 14},    {5, 1, 15, 0},     {5, 1, 1000, 0},   {5, 2, 32, 557},
    {5, 2, 32, 558},   {5, 2, 32, 559},   {5, 2, 32, 560},   {5, 2, 32, 561},   {5, 2, 32, 562},
    {5, 2, 32, 568},   {5, 1, 17, 0},     {5, 2, 32, 569},   {16, 1, 0, 0},     {16, 1, 0x1000, 0},
    {16, 1, 0x2000, 0}, {16, 1, 0x3000, 0}, {16, 1, 0x4000, 0}, {5, 1, 33, 0},  {3, 1, 4, 0},
};

}  // namespace

std::vector<BYTE> well_known_sid(DWORD type, const SID* domain) {
    constexpr DWORD kLogonIds = 21, kNtAuthority = 7, kEventLogReaders = 76, kMediumPlus = 79,
                    kConsoleLogon = 81, kAnyPackage = 84, kLocalAccount = 105;
    switch (type) {
        case kLogonIds: return make_sid(5, {5});
        case kNtAuthority: return make_sid(5, {});
        case kEventLogReaders: return make_sid(5, {32, 573});
        case kMediumPlus: return make_sid(16, {0x2100});
        case kConsoleLogon: return make_sid(2, {1});
        case kAnyPackage: return make_sid(15, {2, 1});
        case kLocalAccount: return make_sid(5, {113});
    }
    if (type >= std::size(kKinds)) return {};
    const Kind& kind = kKinds[type];
    if (kind.authority != kOfDomain)
        return kind.count == 2 ? make_sid(kind.authority, {kind.first, kind.second}) : make_sid(kind.authority, {kind.first});
    std::vector<BYTE> sid = machine_sid();
    if (domain) {
        auto* raw = reinterpret_cast<const BYTE*>(domain);
        sid.assign(raw, raw + sid_length(domain));
    }
    sid.resize(sid.size() + 4);
    memcpy(sid.data() + sid.size() - 4, &kind.first, 4);
    ++sid[1];
    return sid;
}

}  // namespace lsw
