/* What lwIP asks of a compiler: its own defaults do. */
#include <stdio.h>
#include <stdlib.h>
#define LWIP_RAND() ((u32_t)rand())
#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) do { fprintf(stderr, "lwip: assertion: %s\n", x); abort(); } while (0)
