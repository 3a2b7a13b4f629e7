from hy3dgen.shapegen.pipelines import Hunyuan3DDiTFlowMatchingPipeline

__all__ = ["Hunyuan3DDiTFlowMatchingPipeline"]
