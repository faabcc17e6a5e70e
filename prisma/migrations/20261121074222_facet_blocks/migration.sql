-- CreateTable
CREATE TABLE "FacetBlock" (
    "planId" TEXT NOT NULL,
    "facet" TEXT NOT NULL,
    "sign" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "block" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "members" VARBIT NOT NULL,

    CONSTRAINT "FacetBlock_pkey" PRIMARY KEY ("planId","facet","sign","key","block")
);
