#include "cli/json.h"

#include <gtest/gtest.h>

namespace lsw::cli {
namespace {

TEST(Json, ObjectsArraysAndCommas) {
    Json json;
    json.begin_object();
    json.field("a", "x").field("b", true).count("c", 7);
    json.key("d").begin_array().text("1").text("2").end_array();
    json.key("e").begin_array().end_array();
    json.end_object();
    EXPECT_EQ(json.string(),
              "{\n  \"a\": \"x\",\n  \"b\": true,\n  \"c\": 7,\n  \"d\": [\n    \"1\",\n    \"2\"\n  ],\n"
              "  \"e\": []\n}\n");
}

TEST(Json, TextIsEscapedAndAlwaysUtf8) {
    Json json;
    json.begin_array().text("q\" b\\ \n \x01 \xc3\xbc \xff").end_array();
    EXPECT_EQ(json.string(), "[\n  \"q\\\" b\\\\ \\u000a \\u0001 \xc3\xbc \xef\xbf\xbd\"\n]\n");
}

}  // namespace
}  // namespace lsw::cli
