// One entry for each processor, in their order. "CallNtPowerInformation function (powerbase.h)".
// flags: -lpowrprof
#include "check.h"

#include <powrprof.h>

typedef struct ProcessorPower {
    ULONG Number, MaxMhz, CurrentMhz, MhzLimit, MaxIdleState, CurrentIdleState;
} ProcessorPower;

int main(void) {
    static ProcessorPower all[1024];
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    CHECK_EQ(CallNtPowerInformation(ProcessorInformation, NULL, 0, all, sizeof all), 0);
    for (DWORD i = 0; i < system.dwNumberOfProcessors && i < 1024; ++i) {
        CHECK_EQ(all[i].Number, i);
        CHECK(all[i].MhzLimit >= all[i].MaxMhz || all[i].MaxMhz == 0);
    }
    CHECK_EQ(CallNtPowerInformation(ProcessorInformation, NULL, 0, all, 4), (LONG)0xC0000023);
    BYTE battery[32];
    CHECK_EQ(CallNtPowerInformation(SystemBatteryState, NULL, 0, battery, sizeof battery), 0);
    CHECK_EQ(battery[0], 1);
    return check_result();
}
