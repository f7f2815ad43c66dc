#include "detector/app/version.h"

#include "detector/capture/tap.h"
#include "detector/enrich/geo.h"
#include "detector/input/packing.h"
#include "detector/input/unarchive.h"
#include "detector/send/hmac.h"
#include "detector/send/transport.h"
#include "detector/sigma/regex.h"
#include "detector/sigma/yaml_tree.h"
#include "detector/store/sql.h"
#include "parsers/base/utf8.h"

/* Of the build: cmake/commit.cmake writes the file that defines it. */
extern const char tc_build_commit[];

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

void tc_version_page(tc_str *out)
{
    tc_str_addf(out, "tocsin %s\ncommit    %s\ncompiler  %s\nlibraries ", TC_VERSION,
                tc_build_commit, COMPILER);
    tc_regex_library(out);
    tc_str_add(out, TC_LIT(", "));
    tc_yaml_library(out);
    tc_str_add(out, TC_LIT(", "));
    tc_geo_library(out);
    tc_str_add(out, TC_LIT(", "));
    tc_utf8_library(out);
    tc_str_add(out, TC_LIT(", "));
    tc_sql_library(out);
    tc_packing_libraries(out);
    tc_unarchive_library(out);
    tc_tap_library(out);
    tc_hmac_library(out);
    tc_webhook_library(out);
    tc_str_add(out, TC_LIT("\n"));
}
