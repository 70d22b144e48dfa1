/// Documents of Go's checksum database, as sum.golang.org served them or as others published them.
package enum RealDocument {
    /// A lookup of golang.org/toolchain v0.0.1-go1.21.9.linux-amd64: a post on golang/go#68782.
    package static let toolchainLookup = Array(
        """
        24929362
        golang.org/toolchain v0.0.1-go1.21.9.linux-amd64 h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=
        golang.org/toolchain v0.0.1-go1.21.9.linux-amd64/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=

        go.sum database tree
        28905453
        f3f8U0MoQmXkWAgAEKDtXcaI3c2y6N9+55KNSRefF/w=

        — sum.golang.org Az3grr4J9x4SApup87osjthKONInbYdbN37ZskrLF12HIbhDuxOBTzt8Z2jUKbCvxYWrw0yNgshddOzt7pZEl7aSCw8=

        """.utf8
    )

    /// A lookup of golang.org/x/mod v0.17.0: test data of lazaret-dev/pratique.
    package static let moduleLookup = Array(
        """
        24955599
        golang.org/x/mod v0.17.0 h1:zY54UmvipHiNd+pm+m0x9KhZ9hl1/7QNMyxXbc6ICqA=
        golang.org/x/mod v0.17.0/go.mod h1:hTbmBsO62+eylJbnUtE2MGJUyE7QWk4xUqPFrRgJ+7c=

        go.sum database tree
        66746981
        3E4F4lzMBMmNFStdxyb64UKtphbJa3CNHeaauHIvkzQ=

        — sum.golang.org Az3grqkRef8magoKGF4PmqyvW/CmJrcunEFQN1T4NMJeotMtgBSPdkEhfSpvKl0y00aXEAYKvPqd5/lHlM/2lH+i2gc=

        """.utf8
    )

    /// A head, as `/latest` served it: test data of lazaret-dev/pratique.
    package static let head = Array(
        """
        go.sum database tree
        66746896
        dZ4n3o/nb32Y8rCuyUc1VeuATkhefsubWOYVhA9QIc8=

        — sum.golang.org Az3grsDfywmQmtE8AnKAZWYgJv9wxa/yQFVkeo5Rc9QgJGIaSXQm0ZpwH5fSInK6jmCeFc2lYIqfnYdCAqt2MkL2wwI=

        """.utf8
    )

    /// The inclusion of github.com/transparency-dev/tessera v1.0.0: test data of
    /// transparency-dev/incubator.
    package static let proof = Array(
        """
        c2sp.org/tlog-proof@v1
        index 43930254
        Q2cuq1e21q4UC1RQ6wtmXmCxk2q3Wqz/yFvD12P2KSM=
        VdgHwjNYSv9fZVxvYzn8kySGvrjqeCnzdJqJILieWf4=
        ARfBpZjsj3LSP42V4xBVdCKbHVa4WXSbuFAa0rUSCVQ=
        0VYgz0Vmgz6jOM8H6edZBWHtO6+R7tPvN4EOwwRRSws=
        vq+ifloynXE+ORFC1wymQT0cpNIJA1tqg2mQpA55+kc=
        SCRewH6vHE1/Vwkt5yEW8xT7il0WbWltXjFIVqlGtQQ=
        p//fIG8jgZie4MMwjHF7quCIJ4hErr7U4at0HV34MZQ=
        D3K5YdBlxQcklrgF8vSbDyT05J5/mA9lzuhhp72uSOk=
        jeYlYyH9FhYGwu+ZJmfPr8GvSNdgrydwqmJgHsygoR0=
        p6RFgfGhu8Uuy0LyyZdI4MrSPOZkMe+ycwWJFfr8zTI=
        AMZsxrVKBPSe8nSNVVCTyTxWns0CiNbChG/FoiSJWuM=
        e+rtSmK5Pd1K5LgFwj7VSo5XJXOcq7OOcqPVZn1hqeM=
        expmv1e6XiGr5NMUjMRkSZijlcBx+fZcpqQmUnawhOY=
        +Wuic0YARH84k80/Q+KJIbhRCldxG8npjLFiHMLtEpo=
        NOMeJqlyUxFXUKYRI/1YqAF4WJBfXJr8UM/SlWGqxgY=
        Lm6+TAlLb2lvUs/3unZ2t6RSmJw8RO+WuEuUbAw3QEc=
        Jhh2EDG15gDBoLmLiF88lVTgd+uvx3L0xczb8Y3kSq8=
        taenaiKqtYMXS3gDzIF3q8VZzqAXqftHqL9BC39njaw=
        kZNKypGwEANnt1+msLINnqrIrwX+0MGZUTTKXTfbloI=
        A4NJSymjVJ5dvGPaGC3Gj04x8qVRKYfh0pP24mwd6Yk=
        KQq808D9W4NUgr4ip+rF/RCyAUERYKKCwKiiAJfaFOc=
        I3EVN3zM2rDjs5Q06Zr5gxhg+ksnX2h77E75uL+h3aI=
        7iNSYSDhMeRkeV7r9krKbKelNPiqDCJU1i6xAn/Fbuw=
        MYqdo6zSjxaAn+29EEjNRbPYm0myB3bheu+HTZIAbVY=
        S7olT9TPLXk+bbawbV3sAzWMmhcpWrtjbw++9ZTiyn8=
        xJ20xXM4QItt5vxFOtolZ5l18p7ej1+RimNkgWmoRFM=

        go.sum database tree
        58253265
        lIyLAEe4zJUQAda6pFFg3yPOf7j1SgfMEDrpgoX39JU=

        — sum.golang.org Az3grkvBHbFcpEFQ3BhGlktgB7pcswIW+ez91eWY6rNPtWfAey8bJO2rVoG2yO5zXvgiaikWVHqon+e14JhA+WXvpAY=

        """.utf8
    )

    /// The record that ``proof`` proves.
    package static let provenRecord = Array(
        """
        github.com/transparency-dev/tessera v1.0.0 h1:4OT1V9xJLa5NnYlFWWlCdZkCm18/o12rdd+bCTje7XE=
        github.com/transparency-dev/tessera v1.0.0/go.mod h1:TLvfjlkbmsmKVEJUtzO2eb9Q2IBnK3EJ0dI4G0oxEOU=

        """.utf8
    )

    /// The complete subtrees of the first 41,272,598 records, largest first: test data of SSLMate/sourcespotter.
    package static let subtrees = [
        "xJ20xXM4QItt5vxFOtolZ5l18p7ej1+RimNkgWmoRFM=",
        "giaRi857vOA0EmnduGRsJtqDD2/Tb8+LQt6hhjmJCTs=",
        "n7mDatS+84GEET3WLb/qsOGpqeTMek+OHj0HYn6wvFs=",
        "JbUXRZvZPedMvk3Fb6kdApIKSiBvKGywvS7SCE0Tv7c=",
        "N2d1QocpYNhtH+v7V2yCJ37dasvODYn2moCy3QLERzg=",
        "D0Mfcu0nvINcP4yEbiNOwvvQJVsasRbx+tqc2IQx4to=",
        "VE0AfbzvjDwMgkyOYAibqxngQzICdWRTyff4D1a1lQk=",
        "MQHP+B3qL6z/rGsmaxQM3dxqChdmdmSDHQ1rgCJjO2k=",
        "W1Mr9fWyXz8+2QS8HIMs78p/YoMhk5HZnHHjWG1JvN4=",
        "odit6bkWKA+Ngj5Ce9YUkP/01IUiSOLCNobFOtZprco=",
        "opnNCNWx3goXzDFeyzmJN+asGN1mn3nmbzxIjkp+P9w=",
        "JKtOjZZULy69VRpkZQzYm6AcfjixB1mNmd5WTv8f2D0=",
        "Ney3Mos7dlI7rlnN9zGLgld513iQKMipiDmgMC+tHQk=",
    ]

    /// The head of the tree that ``subtrees`` make, put together from the same test data.
    package static let subtreesHead = Array(
        """
        go.sum database tree
        41272598
        h5RfXUbE1op5VdAIjQbb49fMJMYv53ZgufGVCTLclQE=

        — sum.golang.org Az3grltIaL8UEnnGEkUVbfKXT65x89DjHWQGzd9sHuzUG1Eh3iifEHddQ4xBvDCfp7uUFVEs9LjjdX9kUTtkT/qhLAE=

        """.utf8
    )
}
