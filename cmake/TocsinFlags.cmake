# Compiler flags of every target of ours: an INTERFACE target linked PRIVATE, so that nothing leaks.
option(TC_WERROR "Treat warnings as errors" ON)
option(TC_HARDEN "Hardening flags of a release" OFF)
option(TC_BUILD_TESTS "Build the tests" ON)
option(TC_FUZZ "Build libFuzzer targets (clang only)" OFF)
set(TC_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined or thread")

add_library(tc_flags INTERFACE)
target_include_directories(tc_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(tc_flags INTERFACE _GNU_SOURCE)
# No binary depends on where it was built. With link-time optimisation the linker compiles, too.
target_compile_options(tc_flags INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
target_link_options(tc_flags INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
target_compile_options(tc_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual -Wcast-align -Wwrite-strings
    -Wformat=2 -Wvla -Walloca -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough
    -Wswitch-enum)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(tc_flags INTERFACE
        -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Warith-conversion
        -Wjump-misses-init -Wformat-overflow=2 -Wbidi-chars=any)
else()
    target_compile_options(tc_flags INTERFACE -Wcomma -Wmissing-variable-declarations)
endif()
if(TC_WERROR)
    target_compile_options(tc_flags INTERFACE -Werror)
endif()
if(TC_HARDEN)
    target_compile_options(tc_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(tc_flags INTERFACE -fcf-protection=full)
    endif()
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_compile_options(tc_flags INTERFACE -ftrivial-auto-var-init=zero)
    endif()
    target_link_options(tc_flags INTERFACE -Wl,-z,relro -Wl,-z,now)
endif()
if(TC_SANITIZE)
    target_compile_options(tc_flags INTERFACE
        -fsanitize=${TC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tc_flags INTERFACE -fsanitize=${TC_SANITIZE})
endif()
if(TC_FUZZ)
    target_compile_options(tc_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
