#include "object/handle_table.h"

#include <gtest/gtest.h>

#include <set>

namespace lsw {
namespace {

int g_alive = 0;

class Thing : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Event;
    Thing() : Object(kType) { ++g_alive; }
    void on_last_handle_closed() override { ++closed; }
    static inline int closed = 0;

protected:
    ~Thing() override { --g_alive; }
};

class Other : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Mutant;
    Other() : Object(kType) {}
};

TEST(HandleTable, GivesNtsStatuses) {
    HandleTable table;
    HANDLE handle = table.insert(make_object<Thing>(), 1).value();
    EXPECT_EQ(reinterpret_cast<uintptr_t>(handle) % 4, 0u);
    EXPECT_TRUE(table.get<Thing>(handle, 1).ok());
    EXPECT_EQ(table.get<Thing>(handle, 2).status(), STATUS_ACCESS_DENIED);
    EXPECT_EQ(table.get<Other>(handle).status(), STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQ(table.get<Thing>(nullptr).status(), STATUS_INVALID_HANDLE);
    EXPECT_EQ(table.get<Thing>(INVALID_HANDLE_VALUE).status(), STATUS_INVALID_HANDLE);
    EXPECT_TRUE(table.close(handle).ok());
    EXPECT_EQ(table.close(handle).status(), STATUS_INVALID_HANDLE);
    EXPECT_EQ(g_alive, 0);
    EXPECT_EQ(Thing::closed, 1);
}

TEST(HandleTable, ReferencesOutliveTheHandle) {
    HandleTable table;
    HANDLE handle = table.insert(make_object<Thing>(), 0).value();
    Ref<Thing> thing = table.get<Thing>(handle).value();
    ASSERT_TRUE(table.close(handle).ok());
    EXPECT_EQ(g_alive, 1);
    thing = nullptr;
    EXPECT_EQ(g_alive, 0);
}

TEST(HandleTable, StaleHandlesStayInvalidForAWhile) {
    HandleTable table;
    HANDLE stale = table.insert(make_object<Thing>(), 0).value();
    ASSERT_TRUE(table.close(stale).ok());
    for (int i = 0; i < 8; ++i) EXPECT_NE(table.insert(make_object<Thing>(), 0).value(), stale);
}

TEST(HandleTable, HandedDownHandlesKeepTheirValue) {
    HandleTable table;
    HANDLE value = reinterpret_cast<HANDLE>(0x40);
    ASSERT_TRUE(table.insert_at(value, make_object<Thing>(), {1, true, false}).ok());
    EXPECT_FALSE(table.insert_at(value, make_object<Thing>(), {}).ok());
    EXPECT_TRUE(table.get<Thing>(value, 1).ok());
    std::set<HANDLE> seen{value};
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(table.insert(make_object<Thing>(), 0).value()).second);
}

}  // namespace
}  // namespace lsw
