/*
 * poison: memory that is there and not to be touched, for AddressSanitizer to see.
 *
 * TC_WITH_ASAN is defined where gcc or clang build with it; elsewhere poisoning does nothing. For
 * allocators that hand out parts of what they have, and their tests.
 */
#ifndef TC_BASE_POISON_H
#define TC_BASE_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#define TC_WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TC_WITH_ASAN 1
#endif
#endif

#ifdef TC_WITH_ASAN
#include <sanitizer/asan_interface.h>
#define TC_POISON(at, len) __asan_poison_memory_region((at), (len))
#define TC_UNPOISON(at, len) __asan_unpoison_memory_region((at), (len))
#else
#define TC_POISON(at, len) ((void)(at), (void)(len))
#define TC_UNPOISON(at, len) ((void)(at), (void)(len))
#endif

#endif
